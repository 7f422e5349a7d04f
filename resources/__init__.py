"""Knowledge, forms, fonts, icons, translations and style: data with a source and a version."""

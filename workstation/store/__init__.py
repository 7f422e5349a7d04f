"""One desk's records: encrypted, written only through a Unit, read through a Reader."""

"""The modules of this hospital; importing this file fills the registry of verbs."""

from workstation.chart import stay_laboratory
from workstation.emr import commands as emr_commands
from workstation.emr import queries as emr_queries
from workstation.inpatient import commands as inpatient_commands
from workstation.inpatient import queries as inpatient_queries
from workstation.laboratory import commands as laboratory_commands
from workstation.laboratory import of_stay
from workstation.laboratory import queries as laboratory_queries
from workstation.nursing import commands as nursing_commands
from workstation.nursing import queries as nursing_queries
from workstation.orders import commands as orders_commands
from workstation.orders import queries as orders_queries
from workstation.pharmacy import commands as pharmacy_commands
from workstation.pharmacy import queries as pharmacy_queries
from workstation.prescribing import commands as prescribing_commands
from workstation.prescribing import queries as prescribing_queries
from workstation.queue import commands as queue_commands
from workstation.queue import queries as queue_queries
from workstation.registration import commands as registration_commands
from workstation.registration import queries as registration_queries
from workstation.vitals import commands as vitals_commands
from workstation.vitals import queries as vitals_queries

MODULES = (
    registration_commands,
    registration_queries,
    queue_commands,
    queue_queries,
    emr_commands,
    emr_queries,
    prescribing_commands,
    prescribing_queries,
    pharmacy_commands,
    pharmacy_queries,
    inpatient_commands,
    inpatient_queries,
    vitals_commands,
    vitals_queries,
    orders_commands,
    orders_queries,
    nursing_commands,
    nursing_queries,
    laboratory_commands,
    laboratory_queries,
)

stay_laboratory.introduce(of_stay.of_stay)

"""The service table of INT 10h, which the files of this package fill."""

from int21.service import ServiceTable

TABLE = ServiceTable(0x10, "video")

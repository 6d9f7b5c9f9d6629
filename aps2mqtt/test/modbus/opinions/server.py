"""A SunSpec server by pymodbus: two inverters as public register dumps of an ECU have them. Prints its port and all writes."""

import asyncio
import struct

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

INVERTERS = {1: "704000000011", 12: "801000000012"}
NAN = float("nan")


def words(text, count):
    data = text.encode().ljust(count * 2, b"\0")
    return list(struct.unpack(f">{count}H", data))


def floats(*values):
    return [word for value in values for word in struct.unpack(">HH", struct.pack(">f", value))]


def registers(serial):
    common = words("APsystems", 16) + words("DS3", 16) + [0] * 8 + words("5314", 8) + words(serial, 16) + [1, 0]
    inverter = [0xFFFF] * 50
    inverter[0:5] = [91, 91, 0xFFFF, 0xFFFF, 0xFFFE]
    inverter[8:12] = [2311, 0xFFFF, 0xFFFF, 0xFFFF]
    inverter[12:26] = [210, 0, 5000, 0xFFFE, 212, 0, 0xFFF6, 0, 99, 0xFFFE, 0, 21147, 0xFFFF, 0xFFFF]
    inverter[36] = 4
    controls = [0] * 24
    controls[2], controls[3], controls[7], controls[21] = 1, 300, 0, 0xFFFF
    panels = floats(33.4, 33.1, *[NAN] * 6) + floats(3.147, 3.2, *[NAN] * 6) + floats(105.1, 105.9, *[NAN] * 6)
    return (
        words("SunS", 2)
        + [1, 66] + common
        + [101, 50] + inverter
        + [111, 60] + [0x7FC0, 0] * 30
        + [123, 24] + controls
        + [0xFFFF, 0]
        + [114, 48] + panels
        + [0] * 39
    )


def told(sending, pdu):
    if not sending and pdu.function_code in (6, 16):
        print("write", pdu.dev_id, pdu.address, *pdu.registers, flush=True)
    return pdu


async def main():
    devices = [
        SimDevice(id=unit, simdata=[SimData(40000, values=registers(serial), datatype=DataType.REGISTERS)])
        for unit, serial in INVERTERS.items()
    ]
    server = ModbusTcpServer(devices, address=("127.0.0.1", 0), trace_pdu=told)
    await server.listen()
    print("port", server.transport.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())

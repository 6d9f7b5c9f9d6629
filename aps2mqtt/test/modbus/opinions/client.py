"""What pysunspec2, which finds its way by the models alone, makes of a unit: JSON by model and point."""

import json
import sys

from sunspec2.modbus.client import SunSpecModbusClientDeviceTCP

host, port, unit = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
device = SunSpecModbusClientDeviceTCP(slave_id=unit, ipaddr=host, ipport=port, timeout=5)
device.scan(connect=True)
wanted = {1: ["SN", "Vr"], 101: ["W", "WH", "PhVphA", "Hz", "St"], 123: ["Conn", "WMaxLimPct", "WMaxLim_Ena"]}
values = {
    str(model): {name: getattr(device.models[model][0], name).cvalue for name in names} for model, names in wanted.items()
}
if len(sys.argv) > 4:
    controls = device.models[123][0]
    controls.WMaxLimPct.cvalue = float(sys.argv[4])
    controls.WMaxLimPct.write()
    controls.WMaxLim_Ena.value = 1
    controls.WMaxLim_Ena.write()
device.close()
print(json.dumps(values))

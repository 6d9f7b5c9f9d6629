/** What an ECU remembers of its controls, and sends on to its inverters. */
export interface ModbusMemory {
  /** As they stand in the registers: `Conn`, `WMaxLimPct` in tenths, `WMaxLim_Ena`. */
  readonly conn: number;
  readonly percent: number;
  readonly enabled: number;
  /** @param part of their full power that the inverters may make from now on */
  write(what: 'conn' | 'percent' | 'enabled', value: number): void;
  /** As after a restart, and in the morning: it says 30 %, whatever the inverters do. */
  forget(): void;
  /** Writes are read back, and nobody obeys: storage is linked in the vendor's cloud. */
  isEcho: boolean;
}

const FORGOTTEN = { conn: 1, percent: 300, enabled: 0 };

/** @param send tells the inverters which part of their full power they may make: 1 for all, 0 for off */
export function modbusMemory(send: (part: number) => void): ModbusMemory {
  let memory = { ...FORGOTTEN };
  let isEcho = false;
  /** What the inverters were told last. */
  let told = { isOn: true, part: 1 };

  function tell(isOn: boolean, part: number): void {
    if (!isEcho) {
      told = { isOn, part };
      send(isOn ? part : 0);
    }
  }

  return {
    get conn() {
      return memory.conn;
    },
    get percent() {
      return memory.percent;
    },
    get enabled() {
      return memory.enabled;
    },
    get isEcho() {
      return isEcho;
    },
    set isEcho(is) {
      isEcho = is;
    },
    write(what, value) {
      const wasOff = memory.conn === 0;
      memory = { ...memory, [what]: value };
      const part = memory.percent / 1_000;
      if (what === 'conn') {
        // Connecting sends the percentage that happens to be remembered.
        tell(value === 1, value === 1 ? part : told.part);
      } else if (what === 'enabled') {
        tell(told.isOn, value === 1 ? part : told.part);
      } else if (memory.enabled === 1 || wasOff) {
        // A new percentage starts inverters that were switched off.
        memory = { ...memory, conn: 1 };
        tell(true, part);
      }
    },
    forget() {
      memory = { ...FORGOTTEN };
    },
  };
}

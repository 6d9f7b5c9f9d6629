// The Modbus library's way to a serial line, with a binary part of its own. An ECU is reached over the network.
throw new Error('there is no serial line');

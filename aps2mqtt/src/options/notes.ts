import type { Options } from './options.ts';
import type { TypedName } from './rules.ts';
import type { Values } from './values.ts';

/** What came of options that nobody set, where people have looked for the reason in vain. */
export function notesOf(typed: Values, { mqtt, stateFile, historyDir }: Options, typedName: TypedName): string[] {
  const isDefaultBroker = typed.mqtt?.host === undefined && mqtt.host !== null;
  return [
    ...(isDefaultBroker
      ? [`No broker is set: taking ${mqtt.host}, this computer. For another one, set ${typedName('mqtt.host')}`]
      : []),
    ...(mqtt.discovery
      ? []
      : [
          'Home Assistant discovery is off: the values go to the broker, but Home Assistant shows no devices. ' +
            `To see them there, set ${typedName('mqtt.discovery')} to true`,
        ]),
    ...(stateFile === null
      ? [
          'Nothing is kept over a restart: after one, the energies are unknown until the ECU answers, and inverters that ' +
            `it does not list at that moment are missing. To keep them, set ${typedName('state_file')} to the path of a file`,
        ]
      : []),
    ...(historyDir === null
      ? [`Only today is kept of what is read. To keep more, set ${typedName('history_dir')} to a folder`]
      : []),
  ];
}

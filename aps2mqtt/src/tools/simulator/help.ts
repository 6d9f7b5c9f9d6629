import { STANDS_FOR } from '../../startedAs.ts';
import { ECU_KINDS, FAMILIES } from './description.ts';
import { describeFaults } from './faultWords.ts';

/** What `simulate --help` prints. */
export function simulateHelp(): string {
  return `aps2mqtt simulate: an ECU without hardware, to try dashboards with. In brackets: the defaults

  --host ADDRESS        where it listens (127.0.0.1)
  --port PORT           (8899; 0 for any free one)
  --ecu MODEL           ${Object.keys(ECU_KINDS).join(', ')} (ecu-r-pro)
  --inverters LIST      such as ds3:4,qs1:2 (one of every family):
                        ${Object.keys(FAMILIES).join(', ')}
  --offline N           the last N inverters are offline
  --never-heard N       the last N inverters were never heard
  --round SECONDS       time between poll rounds (300)
  --delay SECONDS       time until a round's values show (10)
  --clouds PART         how much the clouds take at most, 0 to 1 (0)
  --latitude DEGREES    where the panels are (Paris); north is positive
  --longitude DEGREES   goes with the latitude; east is positive
  --timezone ZONE       of the ECU's clock (this computer's)
  --day                 begin at sunrise, as its inverters wake, and run 60 times as fast
  --speed FACTOR        its time runs so many times as fast as yours (1); energies grow by
                        yours, so a fast day makes less of them
  --replay FILE...      answer with captured replies instead, as they are
  --fault NAME[=ARG]    misbehave from the start; may be there several times
  --faults-from-stdin   read lines that are typed or piped in, also without a terminal
  -h, --help            this text

${STANDS_FOR}

Faults:
${describeFaults()}

Examples:
  aps2mqtt simulate --inverters ds3:4,qs1:2,yc1000:1 --offline 1
  aps2mqtt simulate --day --fault "cut=40 3 on signal"`;
}

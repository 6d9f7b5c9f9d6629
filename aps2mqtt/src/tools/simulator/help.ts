import { STANDS_FOR } from '../../cli/startedAs.ts';
import { ECU_KINDS, FAMILIES } from './description.ts';
import { SIDES } from './panels.ts';
import { describeWords } from './understand.ts';
import { ORDINARY } from './years/description.ts';

/** What `simulate --help` prints. */
export function simulateHelp(): string {
  return `aps2mqtt simulate: ECUs without hardware, to try dashboards with. In brackets: the defaults

Where:
  --host ADDRESS[,...]  where it listens (127.0.0.1); one for each ECU, or one for all
  --port PORT           (8899; 0 for any free one); several ECUs at one address take the next ports, too
  --modbus PORT         serves Modbus there, too (502 on an ECU); units 1, 11, 12…
  --web PORT            serves the ECU's web page: meters, switches, limits (80 on an ECU)
What:
  --ecu MODEL|ID[,...]  ${Object.keys(ECU_KINDS).join(', ')} (ecu-r-pro); several for several ECUs
  --ecus N              so many ECUs (1), each with inverters of its own
  --inverters LIST      such as ds3:4,qs1:2 or ids: 704000000011,801000000012 (one of every family):
                        ${Object.keys(FAMILIES).join(', ')}
  --panels LIST         sides of the roof, panel by panel: east:12,west:12 (flat):
                        ${Object.keys(SIDES).join(', ')}, varied
  --weak ID/PANEL:PART  this panel makes so much of what it should, such as 704000000011/2:0.8;
                        may be there several times
  --offline N           the last N inverters are offline
  --never-heard N       the last N inverters were never heard
  --lifetime-step KWH   its lifetime counter moves only by so much at once (0.1)
  --lying-today [HOW]   its counter of today counts badly: half of what is made, or stands (half)
When:
  --round SECONDS       time between poll rounds (300)
  --delay SECONDS       time until a round's values show (10)
  --timezone ZONE       of the ECU's clock (this computer's)
  --speed FACTOR        its time runs so many times as fast as yours (1), and its energies grow as fast
Sun:
  --clouds PART         how much the clouds take at most, 0 to 1 (0)
  --latitude DEGREES    where the panels are (Paris); north is positive
  --longitude DEGREES   goes with the latitude; east is positive
  --real-sun            the sun where it truly stands; without it or a place, it begins at noon when
                        the real one is low
  --day                 begin at sunrise, as its inverters wake, and run 60 times as fast
In place of a site:
  --replay FILE...      answer with captured replies, as they are
Years, in place of an ECU that is served:
  --history FOLDER      write a file a day in the history's form, and end: a roof with panels to the
                        east and to the west, with --ecu, --inverters, --panels, --round, a place
  --days N              so many (400), the last one is yesterday or --until YYYY-MM-DD
  --weak ID/PANEL:PART@dayN[-N]   from that day on this panel makes so much of what it should, 0 for
                        nothing; ID:0@dayN for an inverter that falls silent
  --with LIST           what befalls the roof (chimney,snow,dirt,limit,gaps):
                        ${ORDINARY.join(', ')}, nothing
  --seed WORD           another word gives another weather
What it does, in the words below:
  --fault "LINE"        from the start, such as "cut 40" or "clock +1h"; may be there several times
  --script FILE         at its time, a line each: 12:00 spike 50 or +90s lifetime 0. See below
  --faults-from-stdin   read lines that are typed or piped in, also without a terminal

  -h, --help            this text

${STANDS_FOR}

${describeWords()}

A line of a script begins with its time. 12:00 or 12:00:30 is the next time that the ECU's zone has this
time of day, whatever its clock says; +90s, +2h30m or +1d is so long after the start. Both go as fast as
--speed. Behind a # is a comment.

Examples:
  aps2mqtt simulate --inverters ds3:4,qs1:2,yc1000:1 --offline 1
  aps2mqtt simulate --day --fault "cut 40 3 on signal"
  aps2mqtt simulate --inverters ds3:12 --panels east:12,west:12 --clouds 0.5 --day
  aps2mqtt simulate --history ./history --days 400 --weak 704000000011/2:0.8@day200
  aps2mqtt simulate --ecus 2 --host 127.0.0.2,127.0.0.3 (type swap)`;
}

import { messageOf } from '../src/errors.ts';
import { installed } from '../test/home-assistant/installed.ts';
import { hasChromium } from '../test/support/browser.ts';
import { leaveOut, notMade } from './album.ts';
import { cables } from './drawings/cables.ts';
import { flow } from './drawings/flow.ts';
import { roofPictures } from './roofPictures.ts';
import { demo } from './terminal/demo.ts';

const ROOMS = ['drawings', 'terminal', 'page', 'home'];

async function main(typed: readonly string[]): Promise<void> {
  const unknown = typed.find((room) => !ROOMS.includes(room));
  if (unknown !== undefined) {
    throw new Error(`What is "${unknown}"? There are ${ROOMS.join(', ')}`);
  }
  const rooms = new Set(typed.length === 0 ? ROOMS : typed);
  if (rooms.has('drawings')) {
    flow();
    cables();
  }
  if (rooms.has('terminal')) {
    demo();
  }
  if (rooms.has('home') && !installed.isThere) {
    const variables = 'HOME_ASSISTANT_URL, HOME_ASSISTANT_TOKEN and HOME_ASSISTANT_BROKER';
    leaveOut('all of art/home-assistant', `set ${variables} to one to try things in`);
    rooms.delete('home');
  }
  if (rooms.has('page') || rooms.has('home')) {
    if (hasChromium) {
      await roofPictures({ page: rooms.has('page'), home: rooms.has('home') });
    } else {
      leaveOut('all of art/page and art/home-assistant', 'install chromium');
    }
  }
  for (const line of notMade()) {
    process.stdout.write(`Not made: ${line}\n`);
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  },
);

import { describe, expect, it } from 'vitest';
import type { Installation } from '../support/installation.ts';
import { MINUTE, ROOF, STATES, settledRoof, sharedBroker } from '../support/roof.ts';

const broker = sharedBroker();
const HOUR_MS = 3_600_000;

describe("the zone of the ECU's clock", () => {
  const roofIn = (timezone: string, isTimezoneTyped: boolean) =>
    settledRoof(broker.port, {
      ecus: [{ site: { ...ROOF, timeZone: 'Europe/Paris' }, options: { timezone, isTimezoneTyped } }],
    });

  const ageOf = (roof: Installation) =>
    Math.abs(roof.clock.now().getTime() - Date.parse(JSON.parse(roof.on(STATES).at(-1) ?? '').poll_round));

  it("is the ECU's own word where nobody typed one", async () => {
    const roof = await roofIn('Asia/Tokyo', false);
    await roof.pass(6 * MINUTE);
    expect(ageOf(roof)).toBeLessThan(HOUR_MS);
    expect(roof.told().filter((line) => line.includes('time zone'))).toEqual([]);
  });

  it('is the typed one, with a word on the other', async () => {
    const roof = await roofIn('Asia/Tokyo', true);
    await roof.pass(6 * MINUTE);
    expect(ageOf(roof)).toBeGreaterThan(HOUR_MS);
    expect(roof.told().filter((line) => line.includes('APS_ECU_TIMEZONE'))).toEqual([
      expect.stringMatching(
        /time zone is Europe\/Paris, but its times are read as Asia\/Tokyo: set .* leave it empty$/,
      ),
    ]);
  });
});

import { randomUUID } from 'node:crypto';
import { ecuModel } from '../ecu/models.ts';
import { decodeSummary } from '../ecu/summary.ts';
import { maskReplies, type Replies } from './mask.ts';

/** Replies of one ECU at one moment: dropped into test/frames as a file, they are a test. */
export interface Captured {
  /** In people's words, such as `ECU-R-Pro (2162) fw ECU_R_PRO_2.0.7A`. */
  readonly model: string;
  readonly note?: string;
  /** Hexadecimal bytes by command: `0001`, `0002`, `0030`. Any may be missing. */
  readonly replies: Readonly<Record<string, string>>;
}

/**
 * What may be shown to anybody.
 *
 * @param salt for tests; kept nowhere, so that nobody finds the serial numbers behind the made-up ones
 */
export function maskedCapture(replies: Replies, note = '', salt: string = randomUUID()): Captured {
  const masked = maskReplies(replies, salt);
  return {
    model: modelOf(masked.get('0001')),
    ...(note === '' ? {} : { note }),
    replies: Object.fromEntries([...masked].map(([command, bytes]) => [command, bytes.toString('hex')])),
  };
}

function modelOf(summary: Buffer | undefined): string {
  try {
    const { ecuId, firmware } = decodeSummary(summary ?? Buffer.alloc(0));
    return `${ecuModel(ecuId).name} (${ecuId.slice(0, 4)}) fw ${firmware}`;
  } catch {
    // The very reason for a report may be that this reply can't be read.
    return 'unknown';
  }
}

import { maskReplies, type Replies } from './mask.ts';
import { ecuModel } from './models.ts';
import { decodeSummary } from './summary.ts';

/** Replies of one moment that may be shown to anybody: dropped into test/frames as a file, they are a test. */
export interface Captured {
  /** In people's words, such as `ECU-R-Pro (2162) fw ECU_R_PRO_2.0.7A`. */
  readonly model: string;
  readonly note?: string;
  /** Hexadecimal bytes by command. */
  readonly replies: Readonly<Record<string, string>>;
}

/** @param at also makes the made-up serial numbers differ from capture to capture */
export function captureOf(replies: Replies, at: Date, note = ''): Captured {
  const masked = maskReplies(replies, at.toISOString());
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

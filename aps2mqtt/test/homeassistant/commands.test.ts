import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/mqtt/contract/commands.ts';
import { createTopics } from '../../src/mqtt/contract/topics.ts';

const ecuId = '216200000001';
const inverterId = '704000000011';

describe.each(['', 'solar/roof'])('commands below the prefix "%s"', (prefix) => {
  const topics = createTopics(prefix);
  const parse = (topic: string, payload: string) => parseCommand(topic, payload, topics);

  it('refresh and restart, by the button', () => {
    expect(parse(topics.refresh(ecuId), 'PRESS')).toEqual({ kind: 'refresh', ecuId });
    expect(parse(topics.restart(ecuId), 'PRESS')).toEqual({ kind: 'restart', ecuId });
  });

  it('removal, by any word', () => {
    expect(parse(topics.remove(ecuId, inverterId), 'yes')).toEqual({ kind: 'remove', ecuId, inverterId });
  });

  it('the removal of an ECU, by any word', () => {
    expect(parse(topics.removeEcu(ecuId), 'yes')).toEqual({ kind: 'removeEcu', ecuId });
  });

  it('a capture, by any word', () => {
    expect(parse(topics.capture(ecuId), 'please')).toEqual({ kind: 'capture', ecuId });
  });

  it.each([
    [topics.capture(ecuId), ''],
    [topics.captured(ecuId), 'please'],
    [topics.refresh(ecuId), ''],
    [topics.refresh(ecuId), 'press'],
    [topics.restart(ecuId), 'ON'],
    [topics.remove(ecuId, inverterId), ''],
    [`${topics.ecu(ecuId)}/explode`, 'PRESS'],
    [`${topics.inverter(ecuId, inverterId)}/refresh`, 'PRESS'],
    [topics.removeEcu(ecuId), ''],
    [topics.refresh('21620000000'), 'PRESS'],
    [`other/${topics.refresh(ecuId)}`, 'PRESS'],
    [topics.status, 'online'],
  ])('%s with "%s" is none', (topic, payload) => {
    expect(parse(topic, payload)).toBeNull();
  });
});

import { expect, it } from 'vitest';
import { EcuSilentError, MalformedReplyError } from '../../src/errors.ts';
import { explainFailure } from '../../src/tools/explain.ts';

const target = { host: '192.168.1.42', port: 8899 };
const because = (code: string) => ({ cause: Object.assign(new Error('connect'), { code }) });

it.each([
  ['a silent device', new EcuSilentError('whatever it says', true), 'takes the connection on port 8899'],
  ['an address of nobody', new EcuSilentError('whatever it says', false), 'Nothing answers at 192.168.1.42'],
  ['a closed port', new EcuSilentError('whatever', false, because('ECONNREFUSED')), 'serves nothing on port 8899'],
  ['a name of nobody', new EcuSilentError('whatever', false, because('ENOTFOUND')), 'There is no host named'],
  ['another device', new MalformedReplyError('"APS"', '"SSH-"', 0, Buffer.from('SSH-')), 'not as an ECU does'],
  [
    'a web server',
    new MalformedReplyError('"APS"', '"HTTP"', 0, Buffer.from('HTTP/1.1 400 Bad Request')),
    'A web server answers at 192.168.1.42:8899: this is not the ECU',
  ],
  ['a page', new MalformedReplyError('"APS"', '"<!DO"', 0, Buffer.from('<!DOCTYPE html>')), 'A web server answers'],
])('%s is told by what the error is, not by its words', (_, error, words) => {
  expect(explainFailure(error, target, new Map(), false, 'aps2mqtt')[0]).toContain(words);
});

it('says that port 4540 is a network cable', () => {
  const error = new EcuSilentError('whatever', false, because('ECONNREFUSED'));
  expect(explainFailure(error, target, new Map(), true, 'aps2mqtt')[1]).toContain('on its network cable');
  expect(explainFailure(error, { ...target, port: 80 }, new Map(), true, 'aps2mqtt')).toHaveLength(2);
});

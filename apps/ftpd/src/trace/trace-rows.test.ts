import { describe, expect, it } from 'vitest';
import { configurationOf, problemsOf } from '../../test/configuration-of.ts';
import { traceSettings } from './trace-settings.ts';

async function settingsOf(text: string) {
  const configuration = await configurationOf(text);
  const [server] = configuration.servers;
  return traceSettings(configuration, configuration.scope({ server }));
}

describe('Trace, TraceLog and TraceOptions', () => {
  // Measured with `proftpd -t` of 1.3.8.
  it.each([
    ['Trace', 'Trace: wrong number of parameters'],
    ['Trace session', 'Trace: wrong number of parameters'],
    ['Trace DEFAULT', "Trace: badly formatted parameter: 'DEFAULT'"],
    ['Trace a:1 session', "Trace: badly formatted parameter: 'session'"],
    ['Trace DEFAULT:', 'Trace: error parsing level "" for channel \'DEFAULT\': Invalid argument'],
    ['Trace a:1x', 'Trace: error parsing level "1x" for channel \'a\': Invalid argument'],
    ['Trace a:-1', 'Trace: error parsing level "-1" for channel \'a\': Invalid argument'],
    ['Trace a:5-1', 'Trace: error parsing level "5-1" for channel \'a\': Invalid argument'],
    ['Trace a:1-', 'Trace: error parsing level "1-" for channel \'a\': Invalid argument'],
    ['Trace a:1:2', 'Trace: error parsing level "1:2" for channel \'a\': Invalid argument'],
    ['<Anonymous /x>\nTrace a:1\n</Anonymous>', 'Trace: directive not allowed in <Anonymous> context'],
    ['TraceLog', 'TraceLog: wrong number of parameters'],
    ['TraceLog relative', 'TraceLog: must be an absolute path'],
    ['TraceLog none', 'TraceLog: must be an absolute path'],
    [
      '<VirtualHost 127.0.0.9>\nTraceLog /x\n</VirtualHost>',
      'TraceLog: directive not allowed in <VirtualHost>',
    ],
    ['TraceOptions', 'TraceOptions: wrong number of parameters'],
    ['TraceOptions ConnIPs', "TraceOptions: bad TraceOption: 'ConnIPs'"],
    ['TraceOptions +Nosuch', "TraceOptions: unknown TraceOption: 'Nosuch'"],
    ['TraceOptions +', "TraceOptions: unknown TraceOption: ''"],
  ])('%j is refused in the words of ProFTPD', async (text, expected) => {
    const { errors } = await problemsOf(`${text}\n`);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`: ${expected}`);
  });

  it.each([
    'Trace nosuch:10',
    'Trace SESSION a:1',
    'Trace a:+5 b:1-5 c:5-5 d:0-0 e:99999999999 :5',
    'TraceOptions +connips -Timestamp',
    '<Global>\nTrace a:1\nTraceLog /x\n</Global>',
  ])('%j is taken', async (text) => {
    expect(await problemsOf(`${text}\n`)).toMatchObject({ errors: [], warnings: [] });
  });

  it('lets the later of two words for a channel count, on one line or on two', async () => {
    const { levels } = await settingsOf('Trace fsio:0 DEFAULT:10 auth:0\nTrace response:3 memcache:20\n');
    expect(levels.get('fsio')).toEqual({ min: 1, max: 10 });
    expect(levels.get('auth')).toEqual({ min: 1, max: 0 });
    expect(levels.get('response')).toEqual({ min: 1, max: 3 });
    expect(levels.get('memcache')).toEqual({ min: 1, max: 20 });
    expect(levels.has('redis')).toBe(false);
  });

  it('tells apart names of channels by their case', async () => {
    const { levels } = await settingsOf('Trace default:10\n');
    expect([...levels.keys()]).toEqual(['default']);
  });

  it('is off, for every level, where nothing is set', async () => {
    expect(await settingsOf('')).toMatchObject({ ceiling: 0 });
  });

  it('knows the highest level of all sessions', async () => {
    const text = 'Trace response:3\n<IfUser alice>\nTrace session data:15\n</IfUser>\n';
    expect(await settingsOf(text)).toMatchObject({ ceiling: 15 });
  });
});

import { describe, expect, it } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

describe('oneAtATime', () => {
  it.each([
    ['', 0x00000000],
    ['a', 0xca2e9442],
    ['127.0.0.1:21221-0', 0x47141535],
    ['é', 0x019148ae],
    ['{"ban_type_id":2,"ban_name":"127.0.0.1"}\0', 0x175f9ee8],
  ])('hashes %j as libmemcached does', (text, hash) => {
    expect(oneAtATime(Buffer.from(text))).toBe(hash);
  });

  it('hashes the key of a ban in TPL as libmemcached does', () => {
    const key = Buffer.from('74706c021a00000076730002000a0000003132372e302e302e31', 'hex');
    expect(oneAtATime(key)).toBe(0x6cbd2814);
  });
});

/** A filter of the kernel that answers one system call with an error, for the calling thread. See seccomp(2). */
import { addressOf } from '../src/memory.ts';
import { orThrow, systemCall } from '../src/native.ts';
import { systemCallNumbers, type SystemCallName } from '../src/system-call-numbers.ts';

const setNoNewPrivileges = 38;
const setSeccomp = 22;
const filterMode = 2;
const loadWord = 0x20;
const jumpIfEqual = 0x15;
const returnConstant = 0x06;
const answerErrno = 0x5_00_00;
const allow = 0x7f_ff_00_00;

const prctl = systemCall<[number, number, bigint, number, number]>('prctl', [
  'int',
  'long',
  'pointer',
  'long',
  'long',
]);

export function denySystemCall(name: SystemCallName, errno: number): void {
  const numbers = systemCallNumbers[name];
  const number = process.arch === 'arm64' ? numbers.arm64 : numbers.x64;
  const program = [
    [loadWord, 0, 0, 0],
    [jumpIfEqual, 0, 1, number],
    [returnConstant, 0, 0, answerErrno | errno],
    [returnConstant, 0, 0, allow],
  ] as const;
  const instructions = Buffer.alloc(program.length * 8);
  for (const [index, [code, jumpTrue, jumpFalse, operand]] of program.entries()) {
    instructions.writeUInt16LE(code, index * 8);
    instructions.writeUInt8(jumpTrue, index * 8 + 2);
    instructions.writeUInt8(jumpFalse, index * 8 + 3);
    instructions.writeUInt32LE(operand, index * 8 + 4);
  }
  const header = Buffer.alloc(16);
  header.writeUInt16LE(program.length, 0);
  header.writeBigUInt64LE(addressOf(instructions), 8);
  orThrow('prctl', prctl(setNoNewPrivileges, 1, 0n, 0, 0));
  orThrow('prctl', prctl(setSeccomp, filterMode, addressOf(header), 0, 0));
  // Both must be alive until here.
  if (instructions.length + header.length === 0) throw new Error('unreachable');
}

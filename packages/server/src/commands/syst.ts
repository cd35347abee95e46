import { texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.3: clients choose the parser for LIST by it. */
export const syst: Handler<'SYST'> = () => texts.systemType();

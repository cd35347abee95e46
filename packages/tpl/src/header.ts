/** `tpl` */
export const MAGIC: Uint8Array = Uint8Array.of(0x74, 0x70, 0x6c);

/** Magic, flags, total length; after it the format with its NUL, and the count of each `#`. */
export const HEADER_BYTES = 8;

/** The writer was a machine of the other byte order. */
export const BIG_ENDIAN_FLAG = 1;

/** Lengths of strings are one more than they are, so that 0 can stand for null. Set if there are strings at all. */
export const NULL_STRINGS_FLAG = 2;

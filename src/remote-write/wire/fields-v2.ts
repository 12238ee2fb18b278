/** Field numbers with wire types, see `proto/io/prometheus/write/v2/remote_write_v2.proto`. */
export const FIELD_SYMBOLS = 0x22;
export const FIELD_TIME_SERIES = 0x2a;
export const FIELD_LABELS_REFS = 0x0a;
export const FIELD_SAMPLES = 0x12;
export const FIELD_METADATA = 0x2a;
export const FIELD_METADATA_TYPE = 0x08;
export const FIELD_METADATA_HELP = 0x18;

/** Field numbers with wire types, see `proto/prometheus/remote_write_v1.proto`. */
export const FIELD_TIME_SERIES = 0x0a;
export const FIELD_LABEL = 0x0a;
export const FIELD_LABEL_NAME = 0x0a;
export const FIELD_LABEL_VALUE = 0x12;
export const FIELD_SAMPLE = 0x12;
export const FIELD_METADATA = 0x1a;
export const FIELD_METADATA_TYPE = 0x08;
export const FIELD_METADATA_NAME = 0x12;
export const FIELD_METADATA_HELP = 0x22;

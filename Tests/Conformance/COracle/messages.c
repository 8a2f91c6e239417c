#include <protobuf-c/protobuf-c.h>
#include <stdlib.h>

#include "COracle.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "messages.h"
#include "tessera/v1/authenticate.pb-c.h"
#include "tessera/v1/context.pb-c.h"
#include "tessera/v1/event.pb-c.h"
#include "tessera/v1/failure.pb-c.h"
#include "tessera/v1/health.pb-c.h"
#include "tessera/v1/import.pb-c.h"
#include "tessera/v1/issue.pb-c.h"
#include "tessera/v1/list.pb-c.h"
#include "tessera/v1/model.pb-c.h"
#include "tessera/v1/operate.pb-c.h"
#include "tessera/v1/purge.pb-c.h"
#include "tessera/v1/regenerate.pb-c.h"
#include "tessera/v1/registry.pb-c.h"
#include "tessera/v1/revoke.pb-c.h"
#include "tessera/v1/update.pb-c.h"
#include "tessera/v1/user.pb-c.h"
#include "tessera/v1/validate.pb-c.h"

#define ORACLE_MESSAGE(descriptor) &descriptor,
static const ProtobufCMessageDescriptor *const messages[] = {
#include "messages.inc"
};

const ProtobufCMessageDescriptor *oracle_descriptor(size_t message) {
  if (message >= oracle_message_count()) abort();
  return messages[message];
}

size_t oracle_message_count(void) { return sizeof messages / sizeof messages[0]; }

const char *oracle_message_name(size_t message) { return oracle_descriptor(message)->name; }

size_t oracle_field_count(size_t message) { return oracle_descriptor(message)->n_fields; }

static OracleType type_of(const ProtobufCFieldDescriptor *field) {
  switch (field->type) {
    case PROTOBUF_C_TYPE_UINT32: return ORACLE_UINT32;
    case PROTOBUF_C_TYPE_UINT64: return ORACLE_UINT64;
    case PROTOBUF_C_TYPE_INT64: return ORACLE_INT64;
    case PROTOBUF_C_TYPE_INT32: return ORACLE_INT32;
    case PROTOBUF_C_TYPE_BOOL: return ORACLE_BOOL;
    case PROTOBUF_C_TYPE_ENUM: return ORACLE_ENUM;
    case PROTOBUF_C_TYPE_STRING: return ORACLE_STRING;
    case PROTOBUF_C_TYPE_BYTES: return ORACLE_BYTES;
    case PROTOBUF_C_TYPE_MESSAGE: return ORACLE_MESSAGE_TYPE;
    default: abort();  // A type that no message of ours uses yet.
  }
}

OracleField oracle_field(size_t message, size_t index) {
  const ProtobufCMessageDescriptor *descriptor = oracle_descriptor(message);
  if (index >= descriptor->n_fields) abort();
  const ProtobufCFieldDescriptor *field = &descriptor->fields[index];
  OracleField result = {
      .name = field->name,
      .number = field->id,
      .type = type_of(field),
      .repeated = field->label == PROTOBUF_C_LABEL_REPEATED,
      .oneof = field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF ? field->quantifier_offset : 0,
      .message = -1,
  };
  if (result.type == ORACLE_MESSAGE_TYPE)
    for (size_t other = 0; other < oracle_message_count(); other++)
      if (messages[other] == field->descriptor) result.message = (int)other;
  if (result.type == ORACLE_ENUM) {
    const ProtobufCEnumDescriptor *values = field->descriptor;
    result.greatest_enum = values->values[values->n_values - 1].value;
  }
  return result;
}

bool oracle_repack(size_t message, const uint8_t *bytes, size_t count, OracleBytes *packed) {
  ProtobufCMessage *read =
      protobuf_c_message_unpack(oracle_descriptor(message), NULL, count, bytes);
  if (!read) return false;
  packed->count = protobuf_c_message_get_packed_size(read);
  packed->bytes = malloc(packed->count + 1);
  if (!packed->bytes) abort();
  protobuf_c_message_pack(read, packed->bytes);
  protobuf_c_message_free_unpacked(read, NULL);
  return true;
}

void oracle_free(OracleBytes *bytes) {
  free(bytes->bytes);
  *bytes = (OracleBytes){0};
}

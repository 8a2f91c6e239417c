#include <inttypes.h>
#include <protobuf-c/protobuf-c.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "COracle.h"
#include "messages.h"

// Writes what libprotobuf-c read, by the offsets of its own descriptors:
//   name: "text" id: 0x0102 projects { all: 1 }
// What has its default value is left out, unless it is a set member of a oneof or an element.

typedef struct {
  char *bytes;
  size_t count, capacity;
} Text;

static void write_text(Text *text, const char *format, ...) {
  va_list arguments;
  if (text->capacity - text->count < 512) {
    text->capacity = text->capacity * 2 + 1024;
    text->bytes = realloc(text->bytes, text->capacity);
    if (!text->bytes) abort();
  }
  va_start(arguments, format);
  text->count += (size_t)vsnprintf(text->bytes + text->count, 512, format, arguments);
  va_end(arguments);
}

static void write_bytes(Text *text, const uint8_t *bytes, size_t count) {
  write_text(text, "0x");
  for (size_t index = 0; index < count; index++) write_text(text, "%02x", bytes[index]);
}

static void write_string(Text *text, const char *string) {
  write_text(text, "\"");
  for (; *string; string++) write_text(text, "%c", *string);
  write_text(text, "\"");
}

static void write_message(Text *text, const ProtobufCMessage *message);

// Writes the value at `place`, and takes it back where it is the default and that is not kept.
static void write_value(
    Text *text, const ProtobufCFieldDescriptor *field, const void *place, bool keep_default) {
  size_t start = text->count;
  bool is_default = false;
  write_text(text, " %s%s", field->name, field->type == PROTOBUF_C_TYPE_MESSAGE ? " {" : ": ");
  switch (field->type) {
    case PROTOBUF_C_TYPE_UINT64:
      is_default = *(const uint64_t *)place == 0;
      write_text(text, "%" PRIu64, *(const uint64_t *)place);
      break;
    case PROTOBUF_C_TYPE_INT64:
      is_default = *(const int64_t *)place == 0;
      write_text(text, "%" PRId64, *(const int64_t *)place);
      break;
    case PROTOBUF_C_TYPE_UINT32:
      is_default = *(const uint32_t *)place == 0;
      write_text(text, "%" PRIu32, *(const uint32_t *)place);
      break;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_BOOL:
      is_default = *(const int32_t *)place == 0;
      write_text(text, "%" PRId32, *(const int32_t *)place);
      break;
    case PROTOBUF_C_TYPE_STRING: {
      const char *string = *(char *const *)place;
      is_default = !string || !*string;
      write_string(text, string ? string : "");
      break;
    }
    case PROTOBUF_C_TYPE_BYTES: {
      const ProtobufCBinaryData *bytes = place;
      is_default = bytes->len == 0;
      write_bytes(text, bytes->data, bytes->len);
      break;
    }
    case PROTOBUF_C_TYPE_MESSAGE: {
      const ProtobufCMessage *message = *(ProtobufCMessage *const *)place;
      is_default = !message;
      if (message) write_message(text, message);
      write_text(text, " }");
      // An absent message is not the same as an empty one, wherever it stands.
      keep_default = false;
      break;
    }
    default: abort();
  }
  if (is_default && !keep_default) text->count = start;
}

static size_t size_of(ProtobufCType type) {
  switch (type) {
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_INT64: return sizeof(uint64_t);
    case PROTOBUF_C_TYPE_BYTES: return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE: return sizeof(void *);
    default: return sizeof(uint32_t);
  }
}

static void write_message(Text *text, const ProtobufCMessage *message) {
  const char *base = (const char *)message;
  for (unsigned index = 0; index < message->descriptor->n_fields; index++) {
    const ProtobufCFieldDescriptor *field = &message->descriptor->fields[index];
    const void *quantifier = base + field->quantifier_offset;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
      const char *elements = *(char *const *)(base + field->offset);
      for (size_t element = 0; element < *(const size_t *)quantifier; element++)
        write_value(text, field, elements + element * size_of(field->type), true);
    } else if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)) {
      write_value(text, field, base + field->offset, false);
    } else if (*(const uint32_t *)quantifier == field->id) {
      write_value(text, field, base + field->offset, true);
    }
  }
  for (unsigned index = 0; index < message->n_unknown_fields; index++)
    write_text(text, " unknown: %" PRIu32, message->unknown_fields[index].tag);
}

bool oracle_describe(size_t message, const uint8_t *bytes, size_t count, OracleBytes *out) {
  ProtobufCMessage *read =
      protobuf_c_message_unpack(oracle_descriptor(message), NULL, count, bytes);
  if (!read) return false;
  Text text = {0};
  write_text(&text, "");
  write_message(&text, read);
  protobuf_c_message_free_unpacked(read, NULL);
  out->bytes = (uint8_t *)text.bytes;
  out->count = text.count;
  return true;
}

#ifndef TESSERA_CORACLE_H
#define TESSERA_CORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// libprotobuf-c's opinion of the messages in Protos/: what their fields are, whether bytes parse,
// what they hold, and how they are packed. Messages and fields go by their place in its tables.

typedef enum {
  ORACLE_UINT64,
  ORACLE_UINT32,
  ORACLE_INT64,
  ORACLE_INT32,
  ORACLE_BOOL,
  ORACLE_ENUM,
  ORACLE_STRING,
  ORACLE_BYTES,
  ORACLE_MESSAGE_TYPE,
} OracleType;

typedef struct {
  const char *name;
  uint32_t number;
  OracleType type;
  bool repeated;
  // The same for all members of a oneof, and 0 for a field that is in none.
  uint32_t oneof;
  // The place of the message that the field holds; -1 where it holds none.
  int message;
  // The greatest number of the field's enum; 0 where it is none.
  int greatest_enum;
} OracleField;

// Memory of the oracle's, to be given back with oracle_free.
typedef struct {
  uint8_t *bytes;
  size_t count;
} OracleBytes;

size_t oracle_message_count(void);
// Qualified: tessera.v1.Token.
const char *oracle_message_name(size_t message);
size_t oracle_field_count(size_t message);
OracleField oracle_field(size_t message, size_t field);

// Unpacks and packs again. False where libprotobuf-c refuses the bytes.
bool oracle_repack(size_t message, const uint8_t *bytes, size_t count, OracleBytes *packed);
// The fields that are set, by name, as text. False where libprotobuf-c refuses the bytes.
bool oracle_describe(size_t message, const uint8_t *bytes, size_t count, OracleBytes *text);
void oracle_free(OracleBytes *bytes);

#endif

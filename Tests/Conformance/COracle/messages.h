#ifndef TESSERA_ORACLE_MESSAGES_H
#define TESSERA_ORACLE_MESSAGES_H

#include <protobuf-c/protobuf-c.h>

const ProtobufCMessageDescriptor *oracle_descriptor(size_t message);

#endif

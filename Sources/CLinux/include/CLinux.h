// The kernel interfaces that the Glibc module does not export.
#pragma once
#include "CRC32C.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

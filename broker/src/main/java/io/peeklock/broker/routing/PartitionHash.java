/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.routing;

import io.peeklock.broker.message.Utf8;

/**
 * The hash that puts a key's messages into one partition (rule P5). It says where data on disk is, so it never changes;
 * {@code docs/semantics.md} defines it for others.
 *
 * <p>Has no state; any thread. MurmurHash3, the x86 variant of 32 bits with seed 0, of the key's UTF-8 bytes; the partition
 * is the rest of dividing that, as an unsigned number, by the number of partitions.
 */
public final class PartitionHash {

    private static final int C1 = 0xCC9E2D51;
    private static final int C2 = 0x1B873593;

    private PartitionHash() {}

    /** The partition of a key, 0 to {@code partitions} - 1. */
    public static int partitionOf(String key, int partitions) {
        if (partitions <= 0) {
            throw new IllegalArgumentException("number of partitions " + partitions + " is not positive");
        }
        return Integer.remainderUnsigned(hash(key), partitions);
    }

    /** The hash of a key. */
    public static int hash(String key) {
        byte[] bytes = new byte[Utf8.length(key)];
        Utf8.encode(key, bytes, 0);
        return hash(bytes);
    }

    static int hash(byte[] bytes) {
        int hash = 0;
        int blocks = bytes.length & ~3;
        for (int i = 0; i < blocks; i += 4) {
            hash ^= scrambled(littleEndian(bytes, i, 4));
            hash = Integer.rotateLeft(hash, 13) * 5 + 0xE6546B64;
        }
        hash ^= scrambled(littleEndian(bytes, blocks, bytes.length - blocks));
        hash ^= bytes.length;
        hash = (hash ^ hash >>> 16) * 0x85EBCA6B;
        hash = (hash ^ hash >>> 13) * 0xC2B2AE35;
        return hash ^ hash >>> 16;
    }

    /** Of no bytes 0, which leaves the hash as it is. */
    private static int scrambled(int block) {
        return Integer.rotateLeft(block * C1, 15) * C2;
    }

    private static int littleEndian(byte[] bytes, int from, int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value |= (bytes[from + i] & 0xFF) << 8 * i;
        }
        return value;
    }
}

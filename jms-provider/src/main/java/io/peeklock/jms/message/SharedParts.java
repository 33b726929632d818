/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.message;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Counts how many parts the collections of an object have if shared ones count each time they are met. That is what it
 * costs to hash them, and may be exponential in the size of the message: a few sets that each hold the same few sets.
 *
 * <p>For one thread. Objects come in the order in which they are read, parts before the whole. What is still being read,
 * as in a cycle, and objects of applications count as one part.
 */
final class SharedParts {

    private static final int WHOLES_PER_PART = 16;

    private final long max;
    private final IdentityHashMap<Object, Long> parts = new IdentityHashMap<>();
    private long total;

    /** @param max the most parts that one collection may have */
    SharedParts(long max) {
        this.max = max;
    }

    /** Whether the limits still hold with this one. */
    boolean add(Object read) {
        long count = count(read);
        if (count == 0) {
            return true;
        }
        parts.put(read, count);
        total += count;
        return count <= max && total <= max * WHOLES_PER_PART;
    }

    private long count(Object read) {
        try {
            return countComplete(read);
        } catch (RuntimeException e) {
            // A view of a collection that is still being read, whose fields are not set yet.
            return 0;
        }
    }

    /** 0 for what is no collection of the JDK: others' code is not run for this. */
    private long countComplete(Object read) {
        if (read instanceof Object[] array) {
            return countAll(Arrays.asList(array));
        }
        if (!read.getClass().getName().startsWith("java.util.")) {
            return 0;
        }
        if (read instanceof Collection<?> collection) {
            return countAll(collection);
        }
        if (read instanceof Map<?, ?> map) {
            long count = 1;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                count += of(entry.getKey()) + of(entry.getValue());
            }
            return count;
        }
        return read instanceof Map.Entry<?, ?> entry ? 1 + of(entry.getKey()) + of(entry.getValue()) : 0;
    }

    private long countAll(Collection<?> elements) {
        long count = 1;
        for (Object element : elements) {
            count += of(element);
        }
        return count;
    }

    private long of(Object part) {
        Long count = parts.get(part);
        return count == null ? 1 + words(part) : count;
    }

    /** Of values that are gone through each time they are hashed. */
    private static long words(Object value) {
        if (value instanceof BigInteger integer) {
            return integer.bitLength() / Long.SIZE;
        }
        if (value instanceof BigDecimal decimal) {
            return words(decimal.unscaledValue());
        }
        return value instanceof BitSet bits ? bits.length() / Long.SIZE : 0;
    }
}

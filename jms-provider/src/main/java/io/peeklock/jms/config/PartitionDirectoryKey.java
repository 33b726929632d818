/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms.config;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys {@code partition.N.directory}, one a partition, which no enum can list (rule P14).
 *
 * <p>Stateless, thread safe.
 */
final class PartitionDirectoryKey {

    /** As the documentation names them. */
    static final String PATTERN = "partition.N.directory";

    private static final Pattern KEY = Pattern.compile("partition\\.(\\d{1,4})\\.directory");
    private static final int MAX_PARTITIONS = 256;

    private PartitionDirectoryKey() {}

    static String of(int partition) {
        return "partition." + partition + ".directory";
    }

    static boolean matches(String key) {
        return KEY.matcher(key).matches();
    }

    /** N. */
    static int partition(String key) {
        Matcher matcher = KEY.matcher(key);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(key + " is not of the form " + PATTERN);
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** @param count number of partitions, 0 if it is the store's secret */
    static void check(Set<Integer> partitions, int count) {
        int bound = count == 0 ? MAX_PARTITIONS : count;
        for (int partition : partitions) {
            if (partition < 0 || partition >= bound) {
                throw new IllegalArgumentException(
                        "Setting " + of(partition) + ": there are only partitions 0 to " + (bound - 1));
            }
        }
    }
}

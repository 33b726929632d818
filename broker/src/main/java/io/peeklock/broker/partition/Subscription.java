/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import org.jspecify.annotations.Nullable;

/**
 * A subscriber in one sub-queue of one partition.
 *
 * <p>Owned by the partition's driver; not thread safe.
 *
 * @param scan how far its filter has looked, null if it takes whatever there is
 */
record Subscription(Subscriber subscriber, @Nullable FilterScan scan) {}

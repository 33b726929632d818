/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import java.util.List;

/**
 * Work of a transaction in one partition, done in one atomic batch: all of it or nothing.
 *
 * @param partition the partition
 * @param sends messages to enqueue there, in order
 * @param completes deliveries to complete there; if the lock of one is lost, nothing is done
 */
public record PartitionCommit(int partition, List<OutgoingMessage> sends, List<LockToken> completes) {}

/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.PartitionCommit;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What is to be committed or prepared, by partition, wherever its sends without a key go.
 *
 * <p>Thread safe. Good until its transaction drops its work.
 *
 * @param first where sends without a key go if they can, {@link PartitionPin#NONE} if any will do and there is nothing else
 * @param isFree whether it has such sends and nothing holds them to that partition
 * @param byPlace the work of each partition, in the order in which it was staged, for a partition that its sends without a key go to
 */
record StagedParts(int first, boolean isFree, IntFunction<List<PartitionCommit>> byPlace) {

    List<PartitionCommit> at(int partition) {
        return byPlace.apply(partition);
    }
}

/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.journal.JournalStatistics;
import org.jspecify.annotations.Nullable;

/**
 * What is in a partition, and what its journal does. Immutable.
 *
 * @param health whether it serves; if it does not, the numbers are 0
 * @param entities queues, topics and subscriptions that it holds all or a fragment of
 * @param messages in all of them, in whatever state
 * @param sizeBytes what they count against quotas
 * @param swapBytes bodies that lie in its swap file because the budget for memory is used up; part of {@code sizeBytes}
 * @param preparedBranches branches of global transactions that it decides and whose manager has not said how they end: each
 *     is counted in one partition
 * @param partsInDoubt prepared parts of transactions, local ones over several partitions too, that another partition decides
 * @param transfers forwards, moves and edited dead letters under way to another partition that has not answered yet
 * @param journal what its journal has done since it was opened, and how large it is; null if the partition is out
 * @param usableDiskBytes room left on its journal's device; {@link Long#MAX_VALUE} in memory
 */
public record PartitionStatistics(
        PartitionHealth health,
        int entities,
        long messages,
        long sizeBytes,
        long swapBytes,
        int preparedBranches,
        int partsInDoubt,
        int transfers,
        @Nullable JournalStatistics journal,
        long usableDiskBytes) {}

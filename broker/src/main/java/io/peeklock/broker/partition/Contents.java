/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.journal.JournalStatistics;
import java.util.function.Supplier;

/**
 * How much is in a partition. Immutable.
 *
 * @param entities of which it holds all or a fragment
 * @param messages in whatever state
 * @param sizeBytes what they, and the states of sessions, count against quotas
 * @param swapBytes contents that lie in the swap
 * @param preparedBranches branches that are decided here and wait for that
 * @param partsInDoubt prepared parts that another partition decides
 * @param transfers what goes to other partitions and has not ended
 * @param journal tells what its journal has done; may wait for the disk
 */
public record Contents(
        int entities,
        long messages,
        long sizeBytes,
        long swapBytes,
        int preparedBranches,
        int partsInDoubt,
        int transfers,
        Supplier<JournalStatistics> journal) {}

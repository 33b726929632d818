/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.broker.entity.EntityPath;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Messages that go from one partition to another, and are in doubt until both know that they have: under lock where they are,
 * perhaps there already where they go (rule W1). Immutable.
 *
 * @param id of this one alone
 * @param source where the messages are, a dead-letter queue as {@code orders/$deadletterqueue}
 * @param partition in which they are
 * @param destination where they go; null if that was deleted, so that they come back
 * @param destinationPartition to which they go: if it is out, they wait for it
 * @param messages how many are still under lock for it
 * @param attempts how often they were offered since the namespace was opened, or the partition reopened
 * @param since when they were locked, or, if that was before, when the partition was loaded
 */
public record TransactionInDoubt(
        UUID id,
        EntityPath source,
        int partition,
        @Nullable EntityPath destination,
        int destinationPartition,
        int messages,
        int attempts,
        Instant since) {}

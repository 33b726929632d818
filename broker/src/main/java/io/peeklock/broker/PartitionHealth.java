/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import io.peeklock.journal.LoadReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a partition is.
 *
 * @param partition its index
 * @param state whether it serves
 * @param reason why it does not, or null
 * @param findings what the last load found to be damaged or missing
 */
public record PartitionHealth(
        int partition, State state, @Nullable String reason, List<LoadReport.Finding> findings) {

    /** Whether a partition serves. */
    public enum State {
        /** Never written: it has no journal yet and costs nothing. */
        UNUSED,
        /** Being loaded. */
        OPENING,
        SERVING,
        /** Its journal failed; {@link Namespace#reopen} brings it back. */
        FAILED,
        CLOSED
    }
}

/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import io.peeklock.broker.Settlement;
import io.peeklock.broker.StagedSessionState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a transaction does here if nothing of it is refused, as {@link Checking} has found it.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class CheckedWork {
    final Map<MessageEntry, Settlement> settlements = new LinkedHashMap<>();
    final Map<SessionLock, StagedSessionState> states = new LinkedHashMap<>();
    final List<Intake> intakes = new ArrayList<>();
    final Admitting.Staged staged;

    /** @param prepared whether it waits for the transaction to be decided */
    CheckedWork(boolean prepared) {
        staged = new Admitting.Staged(prepared);
    }
}

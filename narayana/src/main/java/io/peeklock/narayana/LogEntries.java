/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import com.arjuna.ats.arjuna.AtomicAction;
import com.arjuna.ats.arjuna.common.Uid;
import com.arjuna.ats.arjuna.exceptions.ObjectStoreException;
import com.arjuna.ats.arjuna.objectstore.StoreManager;
import com.arjuna.ats.arjuna.recovery.RecoveryModule;
import com.arjuna.ats.arjuna.state.InputObjectState;
import com.arjuna.ats.internal.arjuna.common.UidHelper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions in Narayana's log, decided and not ended, and since when this process knows of each: one that no scan brings
 * to its end is told from one that is under way by nothing else.
 *
 * <p>Thread safe: scans look, and so does who asks.
 */
final class LogEntries implements RecoveryModule {
    private static final Logger LOG = LoggerFactory.getLogger(LogEntries.class);

    private final LongSupplier nanoTime;
    private final Map<Uid, Long> firstSeen = new LinkedHashMap<>();

    /**
     * One of them.
     *
     * @param known for how long this process has known of it
     */
    record Entry(Uid id, Duration known) {}

    LogEntries(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Looks which there are now.
     *
     * @return the longest known first
     * @throws UncheckedIOException if the log cannot be read
     */
    synchronized List<Entry> look() {
        List<Uid> ids = ids();
        firstSeen.keySet().retainAll(ids);
        long now = nanoTime.getAsLong();
        ids.forEach(id -> firstSeen.putIfAbsent(id, now));
        List<Entry> entries = new ArrayList<>();
        firstSeen.forEach((id, seen) -> entries.add(new Entry(id, Duration.ofNanos(now - seen))));
        return entries;
    }

    /** How many there are. */
    static int count() {
        return ids().size();
    }

    private static List<Uid> ids() {
        List<Uid> ids = new ArrayList<>();
        InputObjectState packed = new InputObjectState();
        try {
            if (StoreManager.getRecoveryStore().allObjUids(new AtomicAction().type(), packed)) {
                Uid id = unpacked(packed);
                while (id.notEquals(Uid.nullUid())) {
                    ids.add(id);
                    id = unpacked(packed);
                }
            }
            return ids;
        } catch (ObjectStoreException | IOException e) {
            throw new UncheckedIOException(new IOException("the object store says: " + e.getMessage(), e));
        }
    }

    private static Uid unpacked(InputObjectState packed) throws IOException {
        return Objects.requireNonNull(UidHelper.unpackFrom(packed), "an id that the object store lists");
    }

    /** In every scan, so that one check is enough to see what has been there for long. */
    @Override
    public void periodicWorkFirstPass() {
        try {
            look();
        } catch (UncheckedIOException e) {
            LOG.debug("The log cannot be read now, which every check says", e);
        }
    }

    @Override
    public void periodicWorkSecondPass() {}
}

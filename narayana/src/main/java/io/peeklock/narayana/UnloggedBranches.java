/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import com.arjuna.ats.internal.jta.utils.XAUtils;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import javax.transaction.xa.Xid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of branches that this node id has prepared although its log is new: then the log was lost, or another transaction
 * manager has the node id. They look like any that were never decided, and recovery is going to roll them back.
 *
 * <p>Thread safe.
 */
final class UnloggedBranches implements BiConsumer<RecoverySource, Xid[]> {

    private static final Logger LOG = LoggerFactory.getLogger(UnloggedBranches.class);

    private final Path objectStore;
    private final NarayanaSettings settings;
    /** What was listed once: what is listed later has been prepared by us. */
    private final Set<RecoverySource> looked = new HashSet<>();

    UnloggedBranches(Path objectStore, NarayanaSettings settings) {
        this.objectStore = objectStore;
        this.settings = settings;
    }

    @Override
    public synchronized void accept(RecoverySource source, Xid[] branches) {
        if (looked.add(source)) {
            long ours = count(branches);
            if (ours > 0) {
                LOG.warn(
                        "{} has {} prepared branches of the node id {}, whose log in {} is new. Either the log was elsewhere before, or"
                                + " another transaction manager has this node id: find it, and give each an id of its own. Without their log"
                                + " they are rolled back after {}, even if other resources have committed",
                        source.description(),
                        ours,
                        settings.node(),
                        objectStore,
                        settings.orphanSafety());
            }
        }
    }

    /** Of this node. */
    long count(Xid[] branches) {
        return Arrays.stream(branches)
                .filter(branch -> settings.node().equals(XAUtils.getXANodeName(branch)))
                .count();
    }
}

/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.narayana;

import com.arjuna.ats.internal.jta.utils.XAUtils;
import java.util.Arrays;
import java.util.Collection;
import javax.transaction.xa.Xid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of branches that this node id has prepared although its log is new: then the log was lost, or another transaction
 * manager has the node id. They look like any that were never decided, and recovery is going to roll them back.
 *
 * <p>Immutable. To be used before the first transaction.
 */
record UnloggedBranches(NarayanaSettings settings) {

    private static final Logger LOG = LoggerFactory.getLogger(UnloggedBranches.class);

    void look(Collection<RecoveredResource> resources) {
        for (RecoveredResource resource : resources) {
            long ours = count(resource.inDoubt());
            if (ours > 0) {
                LOG.warn(
                        "{} has {} prepared branches of the node id {}, whose log in {} is new. Either the log was elsewhere before,"
                                + " or another transaction manager has this node id: find it, and give each an id of its own."
                                + " Without their log they are rolled back after {}, even if other resources have committed",
                        resource.status().description(),
                        ours,
                        settings.node(),
                        settings.objectStore(),
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

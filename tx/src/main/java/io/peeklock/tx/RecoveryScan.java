/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.Namespace;
import io.peeklock.broker.PreparedBranch;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * One resource's scan for prepared branches, which a transaction manager makes in one call or several.
 *
 * <p>Thread safe.
 */
final class RecoveryScan {

    private final Namespace namespace;
    private final Branches branches;
    private final Waiting waiting;
    private volatile boolean isUnderWay;

    RecoveryScan(Namespace namespace, Branches branches, Waiting waiting) {
        this.namespace = namespace;
        this.branches = branches;
        this.waiting = waiting;
    }

    /** @param found gets all of them with TMSTARTRSCAN, nothing more after that; never a part */
    XaAnswer go(int flags, List<Xid> found) {
        boolean starts = (flags & XAResource.TMSTARTRSCAN) != 0;
        if ((flags & ~(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN)) != 0 || (!starts && !isUnderWay)) {
            return XaAnswer.invalid("recover", flags);
        }
        XaAnswer answer = starts ? waiting.await(prepared(found)) : XaAnswer.OK;
        isUnderWay = answer.isOk() && (flags & XAResource.TMENDRSCAN) == 0;
        return answer;
    }

    private CompletableFuture<XaAnswer> prepared(List<Xid> found) {
        branches.look();
        return namespace.preparedBranches().handle((prepared, failure) -> {
            if (prepared == null) {
                branches.foundNone();
                return XaAnswer.later(failure);
            }
            Set<BranchXid> all = new LinkedHashSet<>();
            for (PreparedBranch branch : prepared) {
                all.add(branch.xid());
            }
            branches.found(all);
            all.forEach(xid -> found.add(new NamedXid(xid)));
            return XaAnswer.OK;
        });
    }
}

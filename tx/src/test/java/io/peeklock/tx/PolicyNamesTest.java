/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.AccessKey;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.namespace.TestBus;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Policies of two queues that have one name and different keys are two users (rules Q6, X5). */
@Tag("Q6")
@Tag("X5")
class PolicyNamesTest extends XaBus {
    private static final Xid XID = xid("global");

    private BusXAResource userOf(EntityPath queue, String key) {
        bus.get(bus.namespace.createPolicy(
                AccessPolicy.of("app", Claim.SEND).on(queue).withPrimaryKey(AccessKey.of(key))));
        Namespace view = bus.namespace.authorize("app", key);
        return resource(global.on(view), "app of " + queue);
    }

    @Test
    void oneDoesNotEndWhatTheOtherHasPrepared() throws XAException {
        BusXAResource near = userOf(NEAR, "the-key-of-the-near-queue");
        BusXAResource far = userOf(FAR, "the-key-of-the-far-queue");
        assertThat(near.isSameRM(far)).isFalse();
        near.start(XID, TMNOFLAGS);
        Transaction branch = near.current();
        assertThat(branch).isNotNull();
        branch.send(NEAR, TestBus.text("x").build());
        near.end(XID, TMSUCCESS);
        assertThat(near.prepare(XID)).isEqualTo(OK);
        assertThat(codeOf(() -> far.rollback(XID))).isEqualTo(XAException.XAER_RMFAIL);
        near.commit(XID, false);
        assertThat(bus.takeAll(NEAR)).containsExactly("x");
    }
}

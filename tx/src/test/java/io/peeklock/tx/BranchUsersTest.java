/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.tx;

import static javax.transaction.xa.XAResource.TMFAIL;
import static javax.transaction.xa.XAResource.TMJOIN;
import static javax.transaction.xa.XAResource.TMNOFLAGS;
import static javax.transaction.xa.XAResource.TMSTARTRSCAN;
import static javax.transaction.xa.XAResource.TMSUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.entity.AccessKey;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.namespace.TestBus;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Branches of users with claims: what one stages another neither adds to nor ends, but for a manager (rules Q6, X5). */
@Tag("Q6")
@Tag("X5")
class BranchUsersTest extends XaBus {
    private static final Xid XID = xid("global");
    private static final String KEY = "a-key-of-some-length";

    private BusXAResource manager;
    private BusXAResource sender;

    @BeforeEach
    void authorize() {
        manager = resourceOf("manager", Claim.MANAGE);
        sender = resourceOf("sender", Claim.SEND);
    }

    private BusXAResource resourceOf(String user, Claim claim) {
        bus.get(bus.namespace.createPolicy(AccessPolicy.of(user, claim).withPrimaryKey(AccessKey.of(KEY))));
        return resource(global.on(bus.namespace.authorize(user, KEY)), user);
    }

    private void prepared(BusXAResource by) throws XAException {
        by.start(XID, TMNOFLAGS);
        Transaction branch = by.current();
        assertThat(branch).isNotNull();
        branch.send(NEAR, TestBus.text("x").build());
        by.end(XID, TMSUCCESS);
        assertThat(by.prepare(XID)).isEqualTo(OK);
    }

    @Test
    void areOtherResourceManagers() throws XAException {
        assertThat(manager.isSameRM(sender)).isFalse();
        assertThat(manager.isSameRM(manager)).isTrue();
        manager.start(XID, TMNOFLAGS);
        assertThat(codeOf(() -> sender.start(XID, TMJOIN))).isEqualTo(XAException.XAER_RMERR);
        assertThat(codeOf(() -> sender.start(XID, TMNOFLAGS))).isEqualTo(XAException.XAER_DUPID);
        assertThat(codeOf(() -> sender.end(XID, TMFAIL))).isEqualTo(XAException.XAER_PROTO);
        sender.endAll(XID);
        assertThat(manager.current()).as("left alone").isNotNull();
        manager.end(XID, TMSUCCESS);
        assertThat(codeOf(() -> sender.prepare(XID))).isEqualTo(XAException.XAER_NOTA);
        assertThat(codeOf(() -> sender.commit(XID, true))).isEqualTo(XAException.XAER_NOTA);
        assertThat(codeOf(() -> sender.rollback(XID))).isNotEqualTo(OK);
        manager.commit(XID, true);
    }

    /** Two connections of one user. */
    @Test
    void areOneResourceManagerWhereTheUserIsTheSame() throws XAException {
        BusXAResource again = resource(global.on(bus.namespace.authorize("sender", KEY)), "again");
        assertThat(sender.isSameRM(again)).isTrue();
        assertThat(again.isSameRM(sender)).isTrue();
        assertThat(again.isSameRM(manager)).isFalse();
        assertThat(again.isSameRM(resource)).isFalse();
        sender.start(XID, TMNOFLAGS);
        again.start(XID, TMJOIN);
        Transaction branch = again.current();
        assertThat(branch).isNotNull().isSameAs(sender.current());
        branch.send(NEAR, TestBus.text("x").build());
        again.end(XID, TMSUCCESS);
        sender.end(XID, TMSUCCESS);
        assertThat(again.prepare(XID)).isEqualTo(OK);
        sender.commit(XID, false);
        assertThat(bus.takeAll(NEAR)).containsExactly("x");
        assertThat(global.isIdle()).isTrue();
    }

    /** What a policy lets pass is looked up when it is asked for, so what they have in common stays so. */
    @Test
    void loseTheirClaimsTogether() throws XAException {
        BusXAResource again = resource(global.on(bus.namespace.authorize("sender", KEY)), "again");
        sender.start(XID, TMNOFLAGS);
        bus.get(bus.namespace.deletePolicy(null, "sender"));
        assertThat(sender.isSameRM(again)).isTrue();
        again.start(XID, TMJOIN);
        Transaction branch = again.current();
        assertThat(branch).isNotNull();
        assertThatThrownBy(() -> branch.send(NEAR, TestBus.text("y").build()))
                .isInstanceOf(BrokerException.class)
                .hasMessageContaining("sender");
        again.end(XID, TMSUCCESS);
        sender.end(XID, TMSUCCESS);
        sender.rollback(XID);
    }

    /** A temporary queue is its maker's, who works in a branch that another connection has begun. */
    @Test
    void receiveInOneBranchFromTemporaryQueuesOfEither() throws XAException {
        EntityPath replies = EntityPath.queue("$temporary/1");
        Namespace connection = bus.namespace.authorize("sender", KEY);
        bus.get(connection.createQueue(
                QueueDescription.builder(replies.name()).temporary(true).build()));
        bus.send(replies, TestBus.text("answer"));
        BusXAResource again = resource(global.on(connection), "again");
        sender.start(XID, TMNOFLAGS);
        again.start(XID, TMJOIN);
        Transaction branch = again.current();
        assertThat(branch).isNotNull();
        branch.enlist(bus.take(replies));
        again.end(XID, TMSUCCESS);
        sender.end(XID, TMSUCCESS);
        sender.commit(XID, true);
        assertThat(bus.takeAll(replies)).isEmpty();
    }

    @Test
    void doWhatTheirClaimsLetPass() throws XAException {
        prepared(sender);
        sender.commit(XID, false);
        sender.start(XID, TMNOFLAGS);
        Transaction branch = sender.current();
        assertThat(branch).isNotNull();
        bus.get(bus.namespace.deletePolicy(null, "sender"));
        assertThat(catchThrowableOfType(
                        BrokerException.class,
                        () -> branch.send(NEAR, TestBus.text("y").build())))
                .hasMessageContaining("sender");
        sender.end(XID, TMSUCCESS);
        sender.rollback(XID);
        assertThat(bus.takeAll(NEAR)).containsExactly("x");
    }

    /** As recovery does, with a connection of its own. */
    @Test
    void areRecoveredByAManagerAlone() throws XAException {
        prepared(manager);
        assertThat(codeOf(() -> sender.commit(XID, false))).isEqualTo(XAException.XAER_RMFAIL);
        assertThat(codeOf(() -> sender.recover(TMSTARTRSCAN))).isEqualTo(XAException.XAER_RMFAIL);
        manager.rollback(XID);
        prepared(sender);
        assertThat(global.isIdle()).isFalse();
        assertThat(manager.recover(TMSTARTRSCAN)).hasSize(1);
        manager.commit(XID, false);
        assertThat(global.isIdle()).isTrue();
        assertThat(bus.takeAll(NEAR)).containsExactly("x");
    }
}

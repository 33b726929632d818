/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.AccessKey;
import io.peeklock.broker.entity.AccessPolicy;
import io.peeklock.broker.entity.Claim;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which connections of one store are one resource manager to a transaction manager: those of one user, and those without any. */
@Tag("X5")
@Tag("Q6")
class XAUsersTest extends XABranches {
    private static final String KEY = "a-key-of-some-length";

    @BeforeEach
    void definePolicies() throws JMSException {
        for (String name : new String[] {"app", "another"}) {
            broker.namespace()
                    .createPolicy(AccessPolicy.of(name, Claim.MANAGE).withPrimaryKey(AccessKey.of(KEY)))
                    .join();
        }
    }

    @Test
    void connectionsOfOneUserAreAndWorkInOneBranch() throws Exception {
        try (XAConnection one = factory.createXAConnection("app", KEY);
                XAConnection two = factory.createXAConnection("app", KEY)) {
            XASession first = one.createXASession();
            XASession second = two.createXASession();
            assertThat(first.getXAResource().isSameRM(second.getXAResource())).isTrue();
            Xid xid = newXid();
            first.getXAResource().start(xid, XAResource.TMNOFLAGS);
            second.getXAResource().start(xid, XAResource.TMJOIN);
            for (Session each : new Session[] {first, second}) {
                each.createProducer(queue(OUT)).send(each.createTextMessage("x"));
            }
            first.getXAResource().end(xid, XAResource.TMSUCCESS);
            second.getXAResource().end(xid, XAResource.TMSUCCESS);
            assertThat(broker.drain(OUT)).isEmpty();
            second.getXAResource().commit(xid, true);
            assertThat(broker.drain(OUT)).hasSize(2);
        }
    }

    @Test
    void connectionsOfTwoUsersAreNot() throws Exception {
        try (XAConnection one = factory.createXAConnection("app", KEY);
                XAConnection two = factory.createXAConnection("another", KEY)) {
            assertThat(one.createXASession()
                            .getXAResource()
                            .isSameRM(two.createXASession().getXAResource()))
                    .isFalse();
            assertThat(one.createXASession().getXAResource().isSameRM(resource)).isFalse();
        }
    }

    @Test
    void connectionsWithoutAUserAre() throws Exception {
        try (XAConnection two = factory.createXAConnection()) {
            assertThat(resource.isSameRM(two.createXASession().getXAResource())).isTrue();
        }
    }
}

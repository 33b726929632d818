/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.QueueDescription;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

/** A server may keep pieces of work that have ended: not the application with them. */
final class KeptWorkTest extends InboundFixture {

    @Override
    String options() {
        return "?autoCreate=false";
    }

    @Test
    void deliveriesThatHaveEndedKeepNoBean() throws Exception {
        namespace().createQueue(QueueDescription.of(ORDERS)).join();
        WeakReference<TestBeans> beans = activated();
        send(ORDERS, "tea");
        awaitSeen("tea");

        adapter.stop();

        awaitForgotten(beans);
    }

    @Test
    void attemptsToConnectThatHaveEndedKeepNoBean() throws Exception {
        WeakReference<TestBeans> beans = activated(); // to a queue that is missing
        soon().until(() -> !server.given.isEmpty());

        adapter.stop();

        awaitForgotten(beans);
    }

    /** So that no variable of a test has them. */
    private WeakReference<TestBeans> activated() throws Exception {
        return new WeakReference<>(activate(TestBeans.Kind.TRANSACTED, spec(), seeing()));
    }

    private void awaitForgotten(WeakReference<TestBeans> beans) {
        assertThat(server.given).isNotEmpty();
        soon().untilAsserted(() -> {
            System.gc();
            assertThat(beans.refersTo(null)).isTrue();
        });
    }
}

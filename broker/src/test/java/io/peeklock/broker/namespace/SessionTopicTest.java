/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.Delivery;
import io.peeklock.broker.SessionOptions;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.SubscriptionDescription;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Subscriptions that require sessions (rules G1, G7, D2). */
class SessionTopicTest extends TopicFixture {

    private EntityPath inSessions() {
        return subscribe(SubscriptionDescription.builder("news", "ordered").sessionRequired(true));
    }

    @Test
    @Tag("G1")
    @Tag("D2")
    void aMessageWithoutASessionIsDeadLetteredInThatSubscriptionAlone() {
        EntityPath ordered = inSessions();
        EntityPath plain = subscribe("plain");
        publish("nobody's");
        assertThat(active(plain)).isEqualTo(1);
        assertThat(active(ordered)).isZero();
        bus = bus.restarted();
        Delivery dead = bus.take(ordered.deadLetterQueue());
        assertThat(TestBus.textOf(dead)).isEqualTo("nobody's");
        assertThat(dead.deadLetterReason()).isEqualTo("SessionIdIsNull");
        assertThat(dead.deadLetterDescription()).contains("requires sessions");
    }

    @Test
    @Tag("G2")
    @Tag("G7")
    void eachSubscriptionHasItsOwnSessions() {
        EntityPath ordered = inSessions();
        EntityPath plain = subscribe("plain");
        bus.send(NEWS, TestBus.text("1").sessionId("s"));
        bus.send(NEWS, TestBus.text("2").sessionId("s"));
        SessionReceiver held = bus.get(bus.namespace.acceptSession(ordered, "s", SessionOptions.peekLock()));
        CompletableFuture<Delivery> first = held.receive();
        assertThat(TestBus.textOf(bus.get(first))).isEqualTo("1");
        // Without sessions required nothing is locked: two receivers have messages of one session.
        assertThat(bus.takeAll(plain)).containsExactly("1", "2");
    }
}

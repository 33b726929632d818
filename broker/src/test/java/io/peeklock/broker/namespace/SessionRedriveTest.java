/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.BulkProgress;
import io.peeklock.broker.Delivery;
import io.peeklock.broker.MessageSelection;
import io.peeklock.broker.SessionReceiver;
import io.peeklock.broker.Settlement;
import io.peeklock.broker.entity.EntityPath;
import io.peeklock.broker.entity.SubscriptionDescription;
import io.peeklock.broker.entity.TopicDescription;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Dead letters of sessions go back into their sessions (rules G1, G3). */
@ParameterizedClass(name = "partitioned: {0}")
@ValueSource(booleans = {false, true})
class SessionRedriveTest extends SessionFixture {
    private static final Settlement DEAD = new Settlement.DeadLetter("Bad", null, Map.of());

    SessionRedriveTest(boolean partitioned) {
        super(partitioned);
    }

    private BulkProgress redrive(EntityPath source) {
        return bus.get(bus.namespace
                .redriveMessages(source.deadLetterQueue(), MessageSelection.ALL)
                .result());
    }

    private static BulkProgress done(long messages) {
        return new BulkProgress(messages, 0, 0, 0, null, 0);
    }

    @Test
    @Tag("G3")
    void keepTheirSessionAndTheirOrder() {
        send("s", "a", "b", "c");
        send("t", "x", "y");
        for (String session : new String[] {"s", "t"}) {
            SessionReceiver held = accept(session);
            bus.settle(take(held), DEAD);
            bus.settle(take(held), DEAD);
            held.close();
        }
        assertThat(redrive(ORDERS)).isEqualTo(done(4));
        SessionReceiver held = accept("s");
        for (String text : new String[] {"c", "a", "b"}) {
            Delivery next = take(held);
            assertThat(TestBus.textOf(next)).isEqualTo(text);
            complete(next);
        }
        assertThat(next(held)).isNull();
        assertThat(textOfNext(accept("t"))).isEqualTo("x");
    }

    @Test
    @Tag("G2")
    void reachWhoHoldsOrWaitsForTheirSession() {
        send("s", "a");
        SessionReceiver held = accept("s");
        bus.settle(take(held), DEAD);
        CompletableFuture<Delivery> waiting = held.receive();
        bus.run();
        redrive(ORDERS);
        assertThat(TestBus.textOf(bus.get(waiting))).isEqualTo("a");
        bus.settle(waiting.join(), DEAD);
        held.close();
        CompletableFuture<SessionReceiver> anyone = accepting(null);
        redrive(ORDERS);
        assertThat(bus.get(anyone).sessionId()).isEqualTo("s");
    }

    @Test
    @Tag("G3")
    void areInTheirSessionAfterARestart() {
        send("s", "a", "b");
        SessionReceiver held = accept("s");
        bus.settle(take(held), DEAD);
        held.close();
        redrive(ORDERS);
        bus = bus.restarted();
        SessionReceiver again = accept(null);
        assertThat(textOfNext(again)).isEqualTo("b");
        assertThat(textOfNext(again)).isEqualTo("a");
    }

    @Test
    @Tag("G1")
    @Tag("D2")
    void stayIfTheyHaveNone() {
        bus.get(bus.namespace.createTopic(TopicDescription.builder("news").build()));
        bus.get(bus.namespace.createSubscription(SubscriptionDescription.builder("news", "s")
                .sessionRequired(true)
                .build()));
        EntityPath subscription = EntityPath.subscription("news", "s");
        bus.send(EntityPath.topic("news"), TestBus.text("none"));
        bus = bus.restarted();
        BulkProgress progress = redrive(subscription);
        assertThat(progress.done()).isZero();
        assertThat(progress.refused()).isEqualTo(1);
        assertThat(progress.refusal().orElseThrow()).contains("no session id");
        assertThat(bus.get(bus.namespace.counters(subscription)).deadLettered()).isEqualTo(1);
    }

    @Test
    @Tag("G3")
    void arePurgedOutOfASessionThatSomebodyHolds() {
        send("s", "a", "b", "c");
        SessionReceiver held = accept("s");
        Delivery first = take(held);
        BulkProgress purged = bus.get(
                bus.namespace.purgeMessages(ORDERS, MessageSelection.ALL).result());
        assertThat(purged).isEqualTo(new BulkProgress(2, 1, 0, 0, null, 0));
        complete(first);
        assertThat(next(held)).isNull();
        send("s", "d");
        assertThat(textOfNext(held)).isEqualTo("d");
    }
}

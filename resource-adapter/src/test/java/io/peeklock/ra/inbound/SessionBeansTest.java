/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.entity.QueueDescription;
import io.peeklock.ra.inbound.TestBeans.Kind;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each session has one bean at a time, and several beans several sessions (rules G2, G5). */
class SessionBeansTest extends InboundFixture {

    private static final String TRIPS = "trips";

    @BeforeEach
    void createQueue() throws JMSException {
        namespace()
                .createQueue(QueueDescription.builder(TRIPS)
                        .sessionRequired(true)
                        .partitioned(true)
                        .maxDeliveryCount(100)
                        .build())
                .join();
    }

    private PeeklockActivationSpec ofTrips() {
        PeeklockActivationSpec spec = spec();
        spec.setDestinationName(TRIPS);
        return spec;
    }

    private void sendTo(String trip, String text) throws JMSException {
        try (MessageProducer producer = session.createProducer(session.createQueue(TRIPS))) {
            Message message = session.createTextMessage(text);
            message.setStringProperty("JMSXGroupID", trip);
            producer.send(message);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @Tag("G5")
    void eachIsInOrderAlsoWhenSomeFail(Kind kind) throws Exception {
        Map<String, List<Integer>> done = new ConcurrentHashMap<>();
        Map<String, AtomicInteger> atWork = new ConcurrentHashMap<>();
        AtomicInteger overlaps = new AtomicInteger();
        PeeklockActivationSpec spec = ofTrips();
        spec.setMaxSessions("4");
        activate(kind, spec, message -> {
            String trip = message.getStringProperty("JMSXGroupID");
            AtomicInteger inTrip = atWork.computeIfAbsent(trip, unknown -> new AtomicInteger());
            if (inTrip.incrementAndGet() > 1) {
                overlaps.incrementAndGet();
            }
            try {
                int number = Integer.parseInt(text(message));
                if (number % 5 == 0 && deliveryCount(message) < 3) {
                    throw new IllegalArgumentException("once more");
                }
                done.computeIfAbsent(trip, unknown -> new CopyOnWriteArrayList<>())
                        .add(number);
            } finally {
                inTrip.decrementAndGet();
            }
        });
        for (int i = 1; i <= 20; i++) {
            for (String trip : List.of("a", "b", "c", "d", "e", "f")) {
                sendTo(trip, String.valueOf(i));
            }
        }
        List<Integer> all = IntStream.rangeClosed(1, 20).boxed().toList();
        soon().untilAsserted(() -> assertThat(done)
                .hasSize(6)
                .allSatisfy((trip, numbers) -> assertThat(numbers).hasSize(20)));
        assertThat(done.values()).allSatisfy(numbers -> assertThat(numbers).isEqualTo(all));
        assertThat(overlaps).hasValue(0);
        awaitStates(TRIPS);
    }

    @Test
    @Tag("G2")
    void severalAreAtWorkAtOnce() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        activate(Kind.TRANSACTED, ofTrips(), message -> {
            both.await(30, TimeUnit.SECONDS);
            seen.add(text(message));
        });
        sendTo("a", "1");
        sendTo("b", "2");
        soon().untilAsserted(() -> assertThat(seen).containsExactlyInAnyOrder("1", "2"));
    }

    @Test
    @Tag("G5")
    void nothingOvertakesAFailedMessageThatWaits() throws Exception {
        PeeklockActivationSpec spec = ofTrips();
        spec.setRedeliveryDelay(HOUR);
        activate(Kind.TRANSACTED, spec, message -> {
            seen.add(text(message));
            if (text(message).equals("1")) {
                throw new IllegalArgumentException("no such stop");
            }
        });
        sendTo("a", "1");
        sendTo("a", "2");
        sendTo("b", "other");
        soon().untilAsserted(() -> assertThat(seen).contains("1", "other"));
        soon().untilAsserted(() -> assertThat(statesOf(TRIPS)).containsExactlyInAnyOrder("Locked", "Active"));
        soon().untilAsserted(() ->
                assertThat(server.atWork).as("it waits without a thread").hasValue(0));
        assertThat(seen).doesNotContain("2");
        adapter.stop();
        soon().untilAsserted(() -> assertThat(statesOf(TRIPS)).containsExactly("Active", "Active"));
    }

    @Test
    @Tag("L12")
    void aPoisonMessageLetsThoseBehindItPass() throws Exception {
        PeeklockActivationSpec spec = ofTrips();
        spec.setMaxRedeliveries("1");
        activate(Kind.TRANSACTED, spec, message -> {
            if (text(message).equals("1")) {
                throw new IllegalArgumentException("no such stop");
            }
            seen.add(text(message));
        });
        sendTo("a", "1");
        sendTo("a", "2");
        awaitSeen("2");
        assertThat(take(TRIPS + "/$deadletterqueue").getStringProperty("DeadLetterErrorDescription"))
                .contains("no such stop");
    }
}

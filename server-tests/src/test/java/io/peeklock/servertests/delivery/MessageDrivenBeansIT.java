/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.delivery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peeklock.servertests.delivery.Deliveries.Delivery;
import io.peeklock.servertests.inside.Ledger;
import io.peeklock.servertests.inside.Lookup;
import io.peeklock.servertests.server.Application;
import io.peeklock.servertests.server.Warns;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TemporaryQueue;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Message-driven beans, each in transactions of the server. Runs in the server. */
@ExtendWith(ArquillianExtension.class)
@Warns({"ThrowingBean", "GivingUpBean"})
class MessageDrivenBeansIT {

    @Inject
    private Ledger ledger;

    private JMSContext bus;

    @Deployment
    static WebArchive application() {
        return Application.named("delivery")
                .with(MessageDrivenBeansIT.class, Deliveries.class, Delivery.class, Trips.class)
                .with(RefusingBean.class, ThrowingBean.class, GivingUpBean.class, SelectingBean.class)
                .with(SharedOneBean.class, SharedTwoBean.class, SharedWork.class)
                .with(AnsweringBean.class, BookingBean.class, TripBean.class)
                .with(LookingBean.class)
                .lookingUp(LookingBean.class, "connectionFactoryLookup", "jms/bus")
                .pack();
    }

    @BeforeEach
    void connect() throws Exception {
        ledger.create();
        bus = Lookup.of(ConnectionFactory.class, "java:comp/env/jms/bus").createContext();
    }

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    @Tag("L6")
    @Tag("X1")
    void whatABeanRollsBackComesAgainAndIsCounted() {
        send("refused", "tea");

        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(Deliveries.to(RefusingBean.class))
                        .extracting(Delivery::count)
                        .containsExactly(1, 2, 3));
        assertThat(bus.createBrowser(bus.createQueue("refused"))).satisfies(MessageDrivenBeansIT::becomesEmpty);
    }

    @Test
    @Tag("L12")
    @Tag("D2")
    void whatNoBeanCanTakeEndsInTheDeadLetterQueueWithItsReason() throws JMSException {
        send("poison", "a drink that nobody knows");

        Message dead = receive("poison/$deadletterqueue");

        assertThat(dead.getBody(String.class)).isEqualTo("a drink that nobody knows");
        assertThat(dead.getStringProperty("DeadLetterReason")).isEqualTo("MaxDeliveryCountExceeded");
        assertThat(Deliveries.to(ThrowingBean.class))
                .extracting(Delivery::count)
                .containsExactly(1, 2, 3);
    }

    @Test
    @Tag("L12")
    @Tag("D2")
    void aBeansOwnLimitOfRedeliveriesEndsInTheDeadLetterQueue() throws JMSException {
        send("given-up", "a glass of milk");

        Message dead = receive("given-up/$deadletterqueue");

        assertThat(dead.getBody(String.class)).isEqualTo("a glass of milk");
        assertThat(dead.getStringProperty("DeadLetterReason")).isEqualTo("MaxDeliveryCountExceeded");
        assertThat(dead.getStringProperty("DeadLetterErrorDescription")).contains("GivingUpBean", "no glass is clean");
        assertThat(Deliveries.to(GivingUpBean.class))
                .extracting(Delivery::count)
                .containsExactly(1, 2, 3);
    }

    @Test
    void aBeanGetsWhatItsSelectorTakesAndTheRestStays() {
        bus.createProducer().setProperty("colour", "blue").send(bus.createQueue("colours"), "the sea");
        bus.createProducer().setProperty("colour", "red").send(bus.createQueue("colours"), "a rose");

        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(Deliveries.to(SelectingBean.class))
                        .extracting(Delivery::text)
                        .containsExactly("a rose"));
        try (JMSConsumer rest = bus.createConsumer(bus.createQueue("colours"))) {
            assertThat(rest.receiveBody(String.class, 10_000)).isEqualTo("the sea");
        }
    }

    @Test
    void aBeanReceivesFromTheBusOfTheConnectionFactoryThatItNames() {
        send("looked-up", "tea");

        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(Deliveries.to(LookingBean.class))
                        .extracting(Delivery::text)
                        .containsExactly("tea"));
    }

    @Test
    void aBeanAnswersThroughATemporaryQueue() throws JMSException {
        TemporaryQueue replies = bus.createTemporaryQueue();
        Message request = bus.createTextMessage("tea?");
        bus.createProducer().setJMSReplyTo(replies).send(bus.createQueue("requests"), request);

        try (JMSConsumer consumer = bus.createConsumer(replies)) {
            Message reply = consumer.receive(60_000);
            assertThat(reply.getBody(String.class)).isEqualTo("yes, tea?");
            assertThat(reply.getJMSCorrelationID()).isEqualTo(request.getJMSMessageID());
        }
    }

    @Test
    @Tag("X1")
    void whatABeanDoesInTheDatabaseAndTheBusHappensOnce() throws Exception {
        send("bookings", "a table for two");

        assertThat(receive("booked").getBody(String.class)).isEqualTo("a table for two");
        assertThat(Deliveries.to(BookingBean.class)).extracting(Delivery::count).containsExactly(1, 2);
        await().atMost(60, SECONDS).until(() -> ledger.count("a table for two") == 1);
        try (JMSConsumer consumer = bus.createConsumer(bus.createQueue("booked"))) {
            assertThat(consumer.receiveNoWait()).isNull();
        }
    }

    @Test
    void twoBeansShareASubscription() {
        List<String> rates = List.of("1.01", "1.02", "1.03", "1.04");
        for (String rate : rates) {
            bus.createProducer().send(bus.createTopic("rates"), rate);
        }

        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(Stream.of(SharedOneBean.class, SharedTwoBean.class)
                                .flatMap(bean -> Deliveries.to(bean).stream())
                                .map(Delivery::text))
                        .containsExactlyInAnyOrderElementsOf(rates));
        assertThat(Deliveries.to(SharedOneBean.class)).hasSize(2);
    }

    @Test
    @Tag("G2")
    @Tag("G3")
    void sessionsAreWorkedOnAtOnceAndEachInItsOrder() {
        List<String> stops = List.of("1", "2", "3", "4", "5");
        List<String> trips = List.of("Berne", "Chur", "Davos", "Engelberg");
        for (String stop : stops) {
            for (String trip : trips) {
                bus.createProducer().setProperty("JMSXGroupID", trip).send(bus.createQueue("trips"), stop);
            }
        }

        await().atMost(120, SECONDS).untilAsserted(() -> {
            assertThat(Trips.stops().keySet()).containsExactlyInAnyOrderElementsOf(trips);
            assertThat(Trips.stops().values()).allMatch(stops::equals);
        });
        assertThat(Trips.overlaps()).isZero();
    }

    private void send(String queue, String text) {
        bus.createProducer().send(bus.createQueue(queue), text);
    }

    private Message receive(String queue) {
        try (JMSConsumer consumer = bus.createConsumer(bus.createQueue(queue))) {
            Message message = consumer.receive(60_000);
            assertThat(message).as("what comes into " + queue).isNotNull();
            return message;
        }
    }

    private static void becomesEmpty(jakarta.jms.QueueBrowser browser) throws JMSException {
        await().atMost(60, SECONDS).until(() -> !browser.getEnumeration().hasMoreElements());
        browser.close();
    }
}

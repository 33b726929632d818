/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.entity.QueueDescription;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The factory's option {@code configFile}: what it says is there before anybody is let in.
 *
 * <p>One thread.
 */
@Tag("W4")
final class ConfigFileTest {

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = directory.resolve("Config.json");
        config("{'Name': 'orders', 'Properties': {'MaxDeliveryCount': 3}}");
    }

    private void config(String queues) throws IOException {
        String document = "{'UserConfig': {'Namespaces': [{'Name': 'n', 'Queues': [" + queues + "]}]}}";
        Files.writeString(file, document.replace('\'', '"'));
    }

    private PeeklockConnectionFactory factory() {
        return new PeeklockConnectionFactory("peeklock:file:" + directory.resolve("bus")
                + "?partitions=2&autoCreate=false&linger=0&configFile=" + file);
    }

    private static QueueDescription orders(PeeklockConnectionFactory factory) throws JMSException {
        try (var connection = factory.createConnection();
                var session = (BusSession) connection.createSession()) {
            return session.namespace().queue("orders").join();
        }
    }

    @Test
    void entitiesAreThereAndOthersAreNot() {
        try (PeeklockConnectionFactory factory = factory();
                JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue("orders"), "m");
            assertThat(context.createConsumer(context.createQueue("orders")).receiveBody(String.class, 5_000))
                    .isEqualTo("m");
            assertThatThrownBy(() -> context.createConsumer(context.createQueue("others")))
                    .hasCauseInstanceOf(InvalidDestinationException.class);
        }
    }

    @Test
    void itIsAppliedWheneverTheBrokerIsOpenedAndMessagesStay() throws Exception {
        try (PeeklockConnectionFactory factory = factory()) {
            try (JMSContext context = factory.createContext()) {
                context.createProducer().send(context.createQueue("orders"), "m");
            }
            config("{'Name': 'orders', 'Properties': {'MaxDeliveryCount': 4}}");
            assertThat(orders(factory).maxDeliveryCount()).isEqualTo(4);
            config("");
            assertThat(orders(factory).maxDeliveryCount()).as("not in the file").isEqualTo(4);
            try (JMSContext context = factory.createContext()) {
                assertThat(context.createConsumer(context.createQueue("orders")).receiveBody(String.class, 5_000))
                        .isEqualTo("m");
            }
        }
    }

    @Test
    void aFileThatCannotBeAppliedKeepsTheBrokerShutUntilItIsMended() throws Exception {
        config("{'Name': 'new'}, {'Name': 'orders', 'Properties': {'LockDuration': 'a minute'}}");
        try (PeeklockConnectionFactory factory = factory()) {
            assertThatThrownBy(factory::createConnection)
                    .isInstanceOfSatisfying(
                            IllegalStateException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("InvalidOperation"))
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("line 1, column ")
                    .hasMessageContaining("Queues[1].Properties.LockDuration: a duration of ISO 8601");
            config("{'Name': 'orders'}");
            assertThat(orders(factory).maxDeliveryCount()).isEqualTo(10);
        }
    }

    @Test
    void aFileThatIsNotThereIsNamed() throws Exception {
        Files.delete(file);
        try (PeeklockConnectionFactory factory = factory()) {
            assertThatThrownBy(factory::createConnection)
                    .isInstanceOfSatisfying(
                            JMSException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo("InvalidOperation"))
                    .hasMessageContaining(file.toString());
        }
    }
}

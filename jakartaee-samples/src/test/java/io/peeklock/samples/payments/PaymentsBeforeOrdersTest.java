/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.samples.payments;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.jms.PeeklockConnectionFactory;
import jakarta.jms.JMSException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample restores the order of the workflow, across a restart. */
class PaymentsBeforeOrdersTest {

    @TempDir
    private Path directory;

    @Test
    @Tag("F2")
    @Tag("F7")
    void paymentsAreWorkedOnAfterTheirOrders() throws JMSException {
        List<String> log = new ArrayList<>();
        PaymentsBeforeOrders.run(directory.resolve("bus"), log::add);
        assertThat(log)
                .containsExactly(
                        "payment 1 waits for its order",
                        "payment 2 waits for its order",
                        "payment 3 waits for its order",
                        "-- the process ends, and starts again --",
                        "3 payments wait",
                        "order 2",
                        "payment 2",
                        "order 3",
                        "payment 3",
                        "order 1",
                        "payment 1",
                        "0 payments wait");
    }

    @Test
    @Tag("F7")
    void nothingIsLeftInTheQueue() throws JMSException {
        PaymentsBeforeOrders.run(directory.resolve("bus"), line -> {});
        String url = "peeklock:file:" + directory.resolve("bus").toUri().getRawPath();
        try (PeeklockConnectionFactory factory = new PeeklockConnectionFactory(url);
                Checkout checkout = new Checkout(factory, line -> {})) {
            assertThat(checkout.waitingPayments()).isZero();
        }
    }
}

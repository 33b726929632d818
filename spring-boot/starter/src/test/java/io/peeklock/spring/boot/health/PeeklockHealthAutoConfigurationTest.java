/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.spring.boot.HealthCheck;
import io.peeklock.spring.boot.PeeklockAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jms.autoconfigure.JmsAutoConfiguration;
import org.springframework.boot.jms.autoconfigure.health.JmsHealthContributorAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The health as the Actuator shows it. */
final class PeeklockHealthAutoConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    PeeklockAutoConfiguration.class,
                    PeeklockHealthAutoConfiguration.class,
                    JmsAutoConfiguration.class,
                    JmsHealthContributorAutoConfiguration.class));

    @Test
    void theBrokerAndItsConnectionsAreShown() {
        runner.run(context -> {
            Health broker = health(context.getBean("peeklockHealthIndicator"));
            assertThat(broker.getStatus()).isEqualTo(Status.UP);
            assertThat(broker.getDetails()).containsEntry("store", "open").containsEntry("partitions", 16);
            Health connections = health(context.getBean("jmsHealthContributor"));
            assertThat(connections.getStatus()).isEqualTo(Status.UP);
            assertThat(connections.getDetails()).containsEntry("provider", "Peeklock");
        });
    }

    @Test
    void oneCheckThatIsNotWellIsEnoughToBeDown() {
        runner.withBean("other", HealthCheck.class, () -> details -> details.put("other", "ill") != null)
                .run(context -> {
                    Health health = health(context.getBean("peeklockHealthIndicator"));
                    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                    assertThat(health.getDetails())
                            .containsEntry("other", "ill")
                            .containsEntry("store", "open");
                });
    }

    @Test
    void itCanBeSwitchedOff() {
        runner.withPropertyValues("management.health.peeklock.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("peeklockHealthIndicator"));
    }

    @Test
    void withoutTheActuatorThereIsNone() {
        runner.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
                .run(context -> assertThat(context)
                        .doesNotHaveBean("peeklockHealthIndicator")
                        .hasNotFailed());
    }

    private static Health health(Object indicator) {
        return ((HealthIndicator) indicator).health();
    }
}

/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The health as the Actuator shows it, which has other classes in each version of Spring Boot. */
public abstract class HealthContract {

    private final Class<?> indicatorType;
    private final ApplicationContextRunner runner;

    /**
     * @param indicatorType what the Actuator's indicators are
     * @param configurations those of health, ours and Spring's
     */
    protected HealthContract(Class<?> indicatorType, Class<?>... configurations) {
        this.indicatorType = indicatorType;
        this.runner = Contexts.withJms().withConfiguration(AutoConfigurations.of(configurations));
    }

    /** What an indicator says. */
    protected abstract Shown look(Object indicator);

    /** Its status, as UP, and what it says beside that. */
    public record Shown(String status, Map<String, Object> details) {}

    @Test
    void theBrokerAndItsConnectionsAreShown() {
        runner.run(context -> {
            Shown broker = look(context.getBean("peeklockHealthIndicator"));
            assertThat(broker.status).isEqualTo("UP");
            assertThat(broker.details).containsEntry("store", "open").containsEntry("partitions", 16);
            Shown connections = look(context.getBean("jmsHealthContributor"));
            assertThat(connections.status).isEqualTo("UP");
            assertThat(connections.details).containsEntry("provider", "Peeklock");
        });
    }

    @Test
    void oneCheckThatIsNotWellIsEnoughToBeDown() {
        runner.withBean("other", HealthCheck.class, () -> details -> details.put("other", "ill") != null)
                .run(context -> {
                    Shown shown = look(context.getBean("peeklockHealthIndicator"));
                    assertThat(shown.status).isEqualTo("DOWN");
                    assertThat(shown.details).containsEntry("other", "ill").containsEntry("store", "open");
                });
    }

    @Test
    void itCanBeSwitchedOff() {
        runner.withPropertyValues("management.health.peeklock.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("peeklockHealthIndicator"));
    }

    @Test
    void withoutTheActuatorThereIsNone() {
        runner.withClassLoader(new FilteredClassLoader(indicatorType))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("peeklockHealthIndicator"));
    }
}
